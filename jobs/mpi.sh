#!/bin/bash
#
# squares on Slurm as pure MPI: one rank per core, one thread each. From the project's folder:
#
#   sbatch jobs/mpi.sh
#   sbatch --nodes=4 jobs/mpi.sh run --range 0:50000 --work io:latency=1ms
#
# Options before the script are sbatch's and override the lines below; what follows it is squares'.

# CHANGE: nodes, and ranks per node: as many as a node has cores.
#SBATCH --nodes=2
#SBATCH --ntasks-per-node=2
#SBATCH --cpus-per-task=1
# CHANGE: hours:minutes:seconds after which Slurm ends the job.
#SBATCH --time=00:10:00
# CHANGE if your site requires them: remove one #.
##SBATCH --partition=NAME
##SBATCH --account=NAME
# A CPU in Slurm's sense is then a whole core, not one of its hardware threads.
#SBATCH --hint=nomultithread
#SBATCH --job-name=squares-mpi
# What the job prints: NAME-NUMBER.out, in the folder it was submitted from.
#SBATCH --output=%x-%j.out

set -eu

# CHANGE if MPI and hwloc are modules: load the ones that squares was built with.
# module load openmpi hwloc

[ $# -gt 0 ] || set -- run --range 0:1000000 --work squares:repeat=1000

# mpirun starts one helper on each further node, by srun. That helper, and with it all ranks of the
# node, would get the CPUs of a single task if srun takes their number from the job's variables: from
# SLURM_CPUS_PER_TASK up to Slurm 21.08 and again since 23.11, which also reads SLURM_TRES_PER_TASK;
# from SRUN_CPUS_PER_TASK since 22.05. So this script keeps the number and unsets all three.
cpus=${SLURM_CPUS_PER_TASK:-1}
unset SRUN_CPUS_PER_TASK SLURM_CPUS_PER_TASK SLURM_TRES_PER_TASK

# Debian's Open MPI 6 by default talks only to its own host ("btl_tcp_if_include = lo" in
# /etc/openmpi): this lets it use all networks. CHANGE it to the nodes' network, such as 10.0.0.0/8.
export OMPI_MCA_btl_tcp_if_include="${OMPI_MCA_btl_tcp_if_include-}"

# Slurm sets ranks and nodes: no -np, no host file. PE=N leaves N cores to each rank; what mpirun
# would do by itself depends on its version and on the number of ranks.
#
# With srun instead, if Slurm has Open MPI's PMIx (srun --mpi=list). Slurm 22.05 and 23.02 do not
# take --cpus-per-task from above, so the line repeats it:
#
#   exec srun --mpi=pmix --cpus-per-task="$cpus" --cpu-bind=cores ./squares "$@"
#
# exec makes mpirun the job's own process: signals to the job (scancel --batch, --signal=B:...)
# reach mpirun, which passes them on to the ranks, and its exit code is the job's.
exec mpirun --map-by "slot:PE=$cpus" ./squares "$@"
