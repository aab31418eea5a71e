package host

import "time"

// Parker is where one goroutine sleeps until another wakes it. An early wake is kept: the next Park returns at once. Park
// may return spuriously: the caller rechecks its condition.
type Parker struct{ c chan struct{} }

// NewParker returns a Parker.
func NewParker() Parker { return Parker{make(chan struct{}, 1)} }

// Wake ends the current or the next Park. Any goroutine may call it.
func (p Parker) Wake() {
	select {
	case p.c <- struct{}{}:
	default:
	}
}

// Park sleeps until Wake, or until Nanos reaches t; t = 0 is no deadline.
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
