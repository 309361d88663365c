#!/bin/bash
#
# squares on Slurm as a hybrid: few ranks, and threads on the cores of each. From the project's
# folder:
#
#   sbatch jobs/hybrid.sh
#   sbatch --nodes=4 jobs/hybrid.sh run --range 0:50000 --work io:latency=1ms
#
# Options before the script are sbatch's and override the lines below; what follows it is squares'.

# CHANGE: nodes; ranks per node; cores, and so threads, per rank. Ranks per node times cores per rank
# is a node's cores. For one rank per node: 1, and all its cores. For one rank per NUMA node, whose
# threads then share the memory nearest to them: a node's NUMA nodes, and the cores of one of them.
#SBATCH --nodes=2
#SBATCH --ntasks-per-node=1
#SBATCH --cpus-per-task=2
# CHANGE: hours:minutes:seconds after which Slurm ends the job.
#SBATCH --time=00:10:00
# CHANGE if your site requires them: remove one #.
##SBATCH --partition=NAME
##SBATCH --account=NAME
# A CPU in Slurm's sense is then a whole core, not one of its hardware threads.
#SBATCH --hint=nomultithread
#SBATCH --job-name=squares-hybrid
# What the job prints: NAME-NUMBER.out, in the folder it was submitted from.
#SBATCH --output=%x-%j.out

set -eu

# CHANGE if MPI and hwloc are modules: load the ones that squares was built with.
# module load openmpi hwloc

[ $# -gt 0 ] || set -- run --range 0:1000000 --work squares:repeat=1000
# --threads goes right after the command's name, so that a --threads of yours still overrides it.
command=$1
shift
set -- "$command" --threads "${SLURM_CPUS_PER_TASK:-1}" "$@"

# mpirun starts one helper on each further node, by srun. That helper, and with it all ranks of the
# node, would get the CPUs of a single task if srun takes their number from the job's variables: from
# SLURM_CPUS_PER_TASK up to Slurm 21.08 and again since 23.11, which also reads SLURM_TRES_PER_TASK;
# from SRUN_CPUS_PER_TASK since 22.05. So this script keeps the number and unsets all three.
cpus=${SLURM_CPUS_PER_TASK:-1}
unset SRUN_CPUS_PER_TASK SLURM_CPUS_PER_TASK SLURM_TRES_PER_TASK

# Debian's Open MPI 6 by default talks only to its own host ("btl_tcp_if_include = lo" in
# /etc/openmpi): this lets it use all networks. CHANGE it to the nodes' network, such as 10.0.0.0/8.
export OMPI_MCA_btl_tcp_if_include="${OMPI_MCA_btl_tcp_if_include-}"

# Slurm sets ranks and nodes: no -np, no host file. PE=N leaves N cores to each rank, and squares
# puts one thread on each; without it mpirun may bind a rank, and all its threads, to one core.
#
# With srun instead, if Slurm has Open MPI's PMIx (srun --mpi=list). Slurm 22.05 and 23.02 do not
# take --cpus-per-task from above, and would leave a rank one core; so the line repeats it:
#
#   exec srun --mpi=pmix --cpus-per-task="$cpus" --cpu-bind=cores ./squares "$@"
#
# exec makes mpirun the job's own process: signals to the job (scancel --batch, --signal=B:...)
# reach mpirun, which passes them on to the ranks, and its exit code is the job's.
exec mpirun --map-by "slot:PE=$cpus" ./squares "$@"
