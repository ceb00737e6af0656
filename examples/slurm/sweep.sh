#!/bin/sh
# A sweep as a Slurm array: every task does one shard, on the cores it was given.
#
#   sbatch --array=1-16 sweep.sh sweep.yaml results
#   sbatch --dependency=afterok:JOB --wrap 'superpose collect results --parquet results.parquet'
#
# A task that was stopped continues where it was when it is requeued.

#SBATCH --job-name=superpose
#SBATCH --cpus-per-task=4
#SBATCH --mem=4G
#SBATCH --time=04:00:00
#SBATCH --requeue

set -eu
sweep=${1:-sweep.yaml}
out=${2:-results}

exec "${SUPERPOSE:-superpose}" sweep "$sweep" --out "$out" \
  --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT" \
  --workers "${SLURM_CPUS_PER_TASK:-1}"
