package lab

import "errors"

// ErrUnsupported is the error on systems other than Linux.
var ErrUnsupported = errors.New("this needs Linux: elsewhere an unprivileged program can neither pin threads to CPUs nor measure a TLB shootdown")
