package host

import "time"

// start is the origin of Nanos; it is never changed.
var start = time.Now()

// Nanos returns the monotonic time since the process began, in nanoseconds. Any goroutine may call it.
func Nanos() int64 { return int64(time.Since(start)) }

// SpinUntil burns the CPU until Nanos is t.
func SpinUntil(t int64) {
	for Nanos() < t {
	}
}
