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
set -- "$command" --threads "$SLURM_CPUS_PER_TASK" "$@"

# mpirun starts one helper on each further node, by srun. Were this variable set, as is advised for
# jobs that call srun themselves, that helper and with it all ranks of the node would get the cpus
# of a single task.
unset SRUN_CPUS_PER_TASK

# Ranks and nodes are Slurm's: no -np, no host file. PE=N leaves N cores to each rank, on which
# squares seats one thread each; without it mpirun may bind a rank, and all its threads, to one.
#
# By srun instead, where Slurm has Open MPI's PMIx (srun --mpi=list). From Slurm 22.05 on srun does
# not take --cpus-per-task over from above, and would leave a rank one core; so it is said again:
#
#   exec srun --mpi=pmix --cpus-per-task="$SLURM_CPUS_PER_TASK" --cpu-bind=cores ./squares "$@"
#
# exec makes mpirun the job's own process: signals to the job (scancel --batch, --signal=B:...)
# reach mpirun, which passes them on to the ranks, and its exit code is the job's.
exec mpirun --map-by "slot:PE=$SLURM_CPUS_PER_TASK" ./squares "$@"
