// Package testsize sets how much work a test does: little under "go test -short", enough to find a fault while developing
// by default, and everything under LWBENCH_TESTS=full, which .ci/run sets. A test makes the same assertions at each size;
// only the number of designs, CPUs, operations or schedules differs.
//
// Only tests import this package. A test binary that does collects garbage half as often as cmd/lwbench, unless GOGC is
// set: the machines of a test are large and short-lived, and fresh memory is expensive where a hypervisor handles page faults.
package testsize

import (
	"os"
	"runtime/debug"
	"testing"
)

func init() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(800)
	}
}

// Variable is the environment variable that selects the full size with the value "full".
const Variable = "LWBENCH_TESTS"

// Full reports whether the tests run at full size. -short wins over it.
func Full() bool { return os.Getenv(Variable) == "full" && !testing.Short() }

// Some returns the list at full size, a third of it by default, and a twelfth under "go test -short". turn, the index
// of the caller's outer loop, shifts the choice: in three turns, or twelve, each element is chosen once. A short list
// gives at least one.
func Some[T any](list []T, turn int) (some []T) {
	step := Choose(12, 3, 1)
	for i := turn % min(step, max(len(list), 1)); i < len(list); i += step {
		some = append(some, list[i])
	}
	return some
}

// Choose returns the value for the present size: short under "go test -short", full under LWBENCH_TESTS=full, and normal
// otherwise.
func Choose[T any](short, normal, full T) T {
	switch {
	case testing.Short():
		return short
	case Full():
		return full
	}
	return normal
}
