package host

import "time"

// Parker is where one goroutine sleeps until another wakes it. A wake that comes first is kept: the next Park returns at
// once. Parks may end for no reason: the sleeper looks again at what it waits for.
type Parker struct{ c chan struct{} }

// NewParker returns one.
func NewParker() Parker { return Parker{make(chan struct{}, 1)} }

// Wake ends the present or the next Park. Any goroutine may call it.
func (p Parker) Wake() {
	select {
	case p.c <- struct{}{}:
	default:
	}
}

// Park sleeps until Wake, or until Nanos is t; 0 is no end.
func (p Parker) Park(t int64) {
	if t == 0 {
		<-p.c
		return
	}
	timer := time.NewTimer(time.Duration(t - Nanos()))
	defer timer.Stop()
	select {
	case <-p.c:
	case <-timer.C:
	}
}
