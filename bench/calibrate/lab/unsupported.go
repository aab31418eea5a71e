package lab

import "errors"

// ErrUnsupported is the error of everything that needs Linux, on another system.
var ErrUnsupported = errors.New("this needs Linux: elsewhere a program without privileges can neither pin threads to CPUs nor see what a TLB shootdown costs")
