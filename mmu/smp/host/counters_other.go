//go:build !linux

package host

import "errors"

var errNoCounters = errors.New("hardware counters and /proc/interrupts are read on Linux only")

// userEvents is nothing here.
var userEvents struct{}

func openCounters(struct{}) (Counters, error) { return nil, errNoCounters }

func (hardware) Shootdowns([]int) (int64, error) { return 0, errNoCounters }
