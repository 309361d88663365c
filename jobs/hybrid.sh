#!/bin/bash
#
# squares on Slurm as a hybrid: few ranks, and threads on the cores of each. From the project's
# folder:
#
#   sbatch jobs/hybrid.sh
#   sbatch --nodes=4 jobs/hybrid.sh run --range 0:50000 --work io:latency=1ms
#
# Options before the script are sbatch's and override the lines below; what follows it is squares'.

# CHANGE: nodes; ranks on each of them; cores, and so threads, of each rank. The last two multiplied
# are a node's cores: 1 and all of them is a rank per node; the number of a node's NUMA nodes and
# the cores of one is a rank per NUMA node, whose threads then share the memory nearest to them.
#SBATCH --nodes=2
#SBATCH --ntasks-per-node=1
#SBATCH --cpus-per-task=2
# CHANGE: hours:minutes:seconds after which Slurm ends the job.
#SBATCH --time=00:10:00
# CHANGE where the site asks for them: take one # away.
##SBATCH --partition=NAME
##SBATCH --account=NAME
# A cpu of Slurm's is then a whole core, not one of its hardware threads.
#SBATCH --hint=nomultithread
#SBATCH --job-name=squares-hybrid
# What the job prints: NAME-NUMBER.out, in the folder it was submitted from.
#SBATCH --output=%x-%j.out

set -eu

# CHANGE where MPI and hwloc come as modules: load those squares was built with.
# module load openmpi hwloc

[ $# -gt 0 ] || set -- run --range 0:1000000 --work squares:repeat=1000
# The threads go right behind the command's name, where a --threads of yours still overrides them.
command=$1
shift
set -- "$command" --threads "${SLURM_CPUS_PER_TASK:-1}" "$@"

# mpirun starts one helper on each further node, by srun. That helper, and with it all ranks of the
# node, would get the cpus of a single task where srun takes their number over from the job: from
# SLURM_CPUS_PER_TASK up to Slurm 21.08 and again from 23.11, which reads SLURM_TRES_PER_TASK too; from
# SRUN_CPUS_PER_TASK from 22.05 on. So the number is kept, and all three go.
cpus=${SLURM_CPUS_PER_TASK:-1}
unset SRUN_CPUS_PER_TASK SLURM_CPUS_PER_TASK SLURM_TRES_PER_TASK

# Open MPI 6 of Debian talks to its own host only unless told otherwise ("btl_tcp_if_include = lo" in
# /etc/openmpi): this looks at all networks. CHANGE it to name the nodes' network, as 10.0.0.0/8.
export OMPI_MCA_btl_tcp_if_include="${OMPI_MCA_btl_tcp_if_include-}"

# Ranks and nodes are Slurm's: no -np, no host file. PE=N leaves N cores to each rank, on which
# squares seats one thread each; without it mpirun may bind a rank, and all its threads, to one.
#
# By srun instead, where Slurm has Open MPI's PMIx (srun --mpi=list). Slurm 22.05 and 23.02 do not
# take --cpus-per-task over from above, and would leave a rank one core; so it is said again:
#
#   exec srun --mpi=pmix --cpus-per-task="$cpus" --cpu-bind=cores ./squares "$@"
#
# exec makes mpirun the job's own process: signals to the job (scancel --batch, --signal=B:...)
# reach mpirun, which passes them on to the ranks, and its exit code is the job's.
exec mpirun --map-by "slot:PE=$cpus" ./squares "$@"
