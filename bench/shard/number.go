package shard

import (
	"fmt"
	"strconv"
	"strings"
)

// Auto is the flag's value that takes the number from the environment.
const Auto = "auto"

// Most is the greatest number of shards of a grid.
const Most = 100_000

// Number is which shard of how many, 1 to Of.
type Number struct{ Shard, Of int }

// String returns the number as the flag takes it: 2/8.
func (n Number) String() string { return fmt.Sprintf("%d/%d", n.Shard, n.Of) }

// ParseNumber reads K/N, or Auto: then the index, from 0, is that of a Slurm array or a Kubernetes Indexed Job, and the
// count is LWBENCH_SHARDS or, in Slurm, the size of the array. getenv is os.Getenv.
func ParseNumber(text string, getenv func(string) string) (Number, error) {
	if text == Auto {
		return fromEnvironment(getenv)
	}
	k, n, ok := strings.Cut(text, "/")
	shard, err1 := strconv.Atoi(k)
	of, err2 := strconv.Atoi(n)
	if !ok || err1 != nil || err2 != nil {
		return Number{}, fmt.Errorf("--shard %q: expected K/N as 2/8, or auto", text)
	}
	if of < 1 || of > Most || shard < 1 || shard > of {
		return Number{}, fmt.Errorf("--shard %s is out of range: choose 1/N to N/N, N at most %d", text, Most)
	}
	return Number{shard, of}, nil
}

// fromEnvironment finds out which task of a cluster this is.
func fromEnvironment(getenv func(string) string) (Number, error) {
	const slurm, kubernetes, count = "SLURM_ARRAY_TASK_ID", "JOB_COMPLETION_INDEX", "LWBENCH_SHARDS"
	name := slurm
	if getenv(name) == "" {
		name = kubernetes
	}
	if getenv(name) == "" {
		return Number{}, fmt.Errorf("--shard auto: neither %s nor %s is set: give --shard K/N", slurm, kubernetes)
	}
	index, err := number(getenv, name)
	if err != nil {
		return Number{}, err
	}
	of := 0
	switch {
	case getenv(count) != "":
		if of, err = number(getenv, count); err != nil {
			return Number{}, err
		}
	case name == kubernetes:
		return Number{}, fmt.Errorf("--shard auto: set %s to the completions of the job", count)
	default:
		if of, err = arraySize(getenv); err != nil {
			return Number{}, err
		}
	}
	if of < 1 || of > Most || index >= of {
		return Number{}, fmt.Errorf("--shard auto: %s is %d of %d: expected 0 to %d", name, index, of, of-1)
	}
	return Number{index + 1, of}, nil
}

// arraySize is the size of a whole Slurm array. A part of one, as --array=2,5 submits it, says a wrong size.
func arraySize(getenv func(string) string) (int, error) {
	var v [3]int
	for i, name := range []string{"SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_MAX", "SLURM_ARRAY_TASK_COUNT"} {
		n, err := number(getenv, name)
		if err != nil {
			return 0, err
		}
		v[i] = n
	}
	if least, greatest, tasks := v[0], v[1], v[2]; least != 0 || greatest != tasks-1 {
		return 0, fmt.Errorf("--shard auto: the array is %d tasks from %d to %d, not 0 to N-1: set LWBENCH_SHARDS to the number of shards", tasks, least, greatest)
	}
	return v[2], nil
}

func number(getenv func(string) string, name string) (int, error) {
	n, err := strconv.Atoi(getenv(name))
	if err != nil || n < 0 {
		return 0, fmt.Errorf("--shard auto: %s is %q: expected a number, 0 or more", name, getenv(name))
	}
	return n, nil
}
