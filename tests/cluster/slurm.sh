#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# 20,000 contracts as a Slurm array of 16 parts, and the rows of one contract as an array: tasks
# cancelled and requeued, the node restarted; the results are those of one run, byte for byte.
#
#     slurm.sh SOURCE_DIR RECKON SCRATCH_DIR
#
# Starts a controller and a node on loopback, as root and without systemd. Skipped, with a reason,
# where Slurm is not installed.
set -eu
source=$(realpath "$1")
reckon=$(realpath "$2")
scratch=$3
contracts=${RK_SLURM_CONTRACTS:-20000}

skip() {
    echo "skipped: $*"
    exit 77
}
# Says what the cluster looks like; the reason comes last too, where a cut log still shows it.
fail() {
    echo "failed: $*"
    squeue --all --states=all -o '%i %T %r begins %S' 2>&1 | tail -n 40 || true
    scontrol show node 2>&1 | grep -E 'State|Reason' || true
    for log in "$scratch"/*.log; do
        [ ! -s "$log" ] || { echo "==> $log"; tail -n 20 "$log"; }
    done
    echo "failed: $*"
    exit 1
}
[ "$(id -u)" = 0 ] || skip "a Slurm controller is started as root"
for program in slurmctld slurmd sbatch munged; do
    command -v "$program" >/dev/null || [ -x "/usr/sbin/$program" ] ||
        skip "$program is not installed (Debian: slurm-wlm, munge)"
done
PATH=/usr/sbin:$PATH

rm -rf "$scratch"
mkdir -p "$scratch/bin" "$scratch/state" "$scratch/spool" "$scratch/munge"
scratch=$(realpath "$scratch")
cd "$scratch"
# Tasks 0, 6 and 9 are held in the middle of their journal when they run first, until Slurm ends
# them.
hold=$(dirname "$reckon")/tests/fixtures/stop_in_journal.so
[ -e "$hold" ] || fail "$hold is not built"
cat >bin/reckon <<END
#!/bin/bash
task=\${SLURM_ARRAY_TASK_ID:-none}
case \$1.\$task in
    batch.0 | batch.6 | batch.9)
        if [ ! -e "$scratch/stopped.\$task" ]; then
            export STOP_FILE="$scratch/stopped.\$task" LD_PRELOAD="$hold"
        fi
        ;;
esac
exec "$reckon" "\$@"
END
chmod +x bin/reckon

# ----------------------------------------------------------------- the cluster

host=$(hostname -s)
port=$((20000 + $$ % 20000))
dd if=/dev/urandom of=munge/key bs=1024 count=1 2>/dev/null
chown -R munge: munge
chmod 700 munge
chmod 400 munge/key
chmod 755 . # the socket is reached by everybody
mkdir -p socket
chown munge: socket
# A job that was requeued begins when its credential has expired: after two minutes, where nothing
# else is said.
cat >slurm.conf <<END
ClusterName=reckon
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CryptoType=crypto/munge
AuthInfo=socket=$scratch/socket/munge,cred_expire=20
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SwitchType=switch/none
MpiDefault=none
StateSaveLocation=$scratch/state
SlurmdSpoolDir=$scratch/spool
SlurmctldPidFile=$scratch/slurmctld.pid
SlurmdPidFile=$scratch/slurmd.pid
SlurmctldLogFile=$scratch/slurmctld.log
SlurmdLogFile=$scratch/slurmd.log
SlurmctldPort=$port
SlurmdPort=$((port + 1))
ReturnToService=2
KillWait=1
MinJobAge=86400
MessageTimeout=60
SlurmdParameters=config_overrides
NodeName=$host NodeAddr=127.0.0.1 CPUs=4 State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
END
export SLURM_CONF=$scratch/slurm.conf
export PATH=$scratch/bin:$PATH

started=()
stop_all() {
    scancel --user root >/dev/null 2>&1 || true
    for pid in "${started[@]}"; do
        kill "$pid" 2>/dev/null || true
    done
}
trap stop_all EXIT

start_node() {
    slurmd -D >slurmd.out 2>&1 &
    node=$!
    started+=("$node")
}
wait_for() { # SECONDS WHAT COMMAND...: until a command succeeds
    local until=$((SECONDS + $1)) what=$2 next=$((SECONDS + 30))
    shift 2
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $until ] || fail "$what did not happen in time"
        if [ $SECONDS -ge $next ]; then
            next=$((SECONDS + 30))
            echo "waiting for $what: $(squeue -h -o '%i %T %r' 2>&1 | tr '\n' ';')"
        fi
        sleep 0.2
    done
}
state_is() { # STATE...: of the node
    sinfo -h -o %t | grep -qE "^($1)"
}

runuser -u munge -- munged --foreground --force --key-file=munge/key --socket="$scratch/socket/munge" \
    --pid-file="$scratch/munge/pid" --seed-file="$scratch/munge/seed" --log-file="$scratch/munge/log" \
    >munged.log 2>&1 &
started+=($!)
wait_for 20 "munged" test -S socket/munge
slurmctld -D >slurmctld.out 2>&1 &
started+=($!)
start_node
wait_for 60 "the node" state_is 'idle|mix|alloc'

# --------------------------------------------------------------- the contracts

awk 'BEGIN { print "pod,count"; for (i = 0; i < 1500; i++) print (i % 3 ? "EL" : "NEL") "," i % 7 }' >activity.csv
awk -v n="$contracts" 'BEGIN { for (i = 1; i <= n; i++) {
    printf "{\"reckoner\":\"contract/1\",\"id\":\"c%d\",\"periods\":[{\"id\":\"y\",\"start\":\"2016-04-01\",\"end\":\"2017-03-31\"}],", i
    printf "\"facts\":{\"activity\":{\"file\":\"activity.csv\"},\"unit_costs\":{\"key\":[\"pod\"],\"rows\":["
    printf "{\"pod\":\"EL\",\"efficient_unit_cost\":\"%d.005\"},{\"pod\":\"NEL\",\"efficient_unit_cost\":\"7\"}]}},", i % 900
    printf "\"arrangements\":{\"main\":[{\"id\":\"a\",\"rule\":\"price-equals-cost\"}]}}\n" } }' >contracts.ndjson
code=0
reckon batch --quiet --offline contracts.ndjson >whole.ndjson || code=$?
[ "$code" = 0 ] || fail "the whole set exits with $code"

cluster=$source/configs/cluster
"$cluster/split.sh" contracts.ndjson 16 parts
cp activity.csv parts/
job=$(sbatch --parsable --array=0-15 --cpus-per-task=1 --output="$scratch/task-%a.log" "$cluster/array.sbatch" "$scratch/parts")

gone() {
    ! squeue -h -j "$1" 2>/dev/null | grep -q .
}
held() { # TASK: it is in the middle of its part
    wait_for 120 "the middle of task $1" test -e "stopped.$1"
    [ -s "parts/results.$(printf %03d "$1").ndjson.journal" ] || fail "task $1 has no journal"
}
held 0
scontrol requeue "${job}_0" # as a preemption does
held 6
scancel "${job}_6"
held 9
scontrol requeue "${job}_9"
kill "$node"
wait "$node" 2>/dev/null || true
sleep 1
start_node
wait_for 60 "the node, restarted" state_is 'idle|mix|alloc'
wait_for 900 "the array" gone "$job"

if "$cluster/merge.sh" parts >merged.ndjson 2>merge.err; then
    fail "the cancelled part is not missed"
fi
grep -q 'part.006.ndjson has no results' merge.err || fail "merge.sh does not name the cancelled part: $(cat merge.err)"
again=$("$cluster/requeue.sh" parts --cpus-per-task=1 --output="$scratch/again-%a.log")
[ -n "$again" ] || fail "requeue.sh submits nothing"
wait_for 300 "the parts that ran again" gone "$again"
[ -z "$("$cluster/requeue.sh" parts)" ] || fail "requeue.sh submits parts that are done"
"$cluster/merge.sh" parts >merged.ndjson || fail "the parts are not whole"
cmp merged.ndjson whole.ndjson || fail "the parts differ from one run"
restarts=$(scontrol show job "${job}_0" | grep -o 'Restarts=[0-9]*' | head -n 1)

# --------------------------------------------------------------------- the rows

head -n 1 contracts.ndjson >rows.json
awk 'BEGIN { print "pod,count"; for (i = 0; i < 400000; i++) print (i % 3 ? "EL" : i % 5 ? "NEL" : "XX") "," i % 7 }' >activity.csv
array=$(sbatch --parsable --array=1-7 --output="$scratch/rows-%a.log" "$cluster/rows.sbatch" "$scratch/rows.json" "$scratch/row-parts")
wait_for 300 "the array of rows" gone "$array"
reckon merge row-parts/*.part --format json >merged.json
reckon evaluate rows.json --format json >whole.json
cmp merged.json whole.json || fail "the rows in parts differ from one run"
echo "$contracts contracts in 16 tasks ($restarts, one cancelled, the node restarted) and 400,000 rows in 7: as one run"
