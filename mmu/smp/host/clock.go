package host

import "time"

// start is the origin of Nanos; it never changes.
var start = time.Now()

// Nanos returns the monotonic time since process start, in nanoseconds. Any goroutine may call it.
func Nanos() int64 { return int64(time.Since(start)) }

// SpinUntil spins until Nanos reaches t.
func SpinUntil(t int64) {
	for Nanos() < t {
	}
}
