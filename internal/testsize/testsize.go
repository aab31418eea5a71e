// Package testsize sets how much work a test does: little under "go test -short", enough to find a fault while developing
// by default, and everything under LWBENCH_TESTS=full, which .ci/run sets. A test makes the same assertions at each size;
// only the number of designs, CPUs, operations or schedules differs.
//
// Only tests import this package.
package testsize

import (
	"os"
	"testing"
)

// Variable is the environment variable that selects the full size with the value "full".
const Variable = "LWBENCH_TESTS"

// Full reports whether the tests run at full size. -short wins over it.
func Full() bool { return os.Getenv(Variable) == "full" && !testing.Short() }

// Some returns the list, and under "go test -short" every fourth element, the first among them.
func Some[T any](list []T) (some []T) {
	for i := 0; i < len(list); i += Choose(4, 1, 1) {
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
