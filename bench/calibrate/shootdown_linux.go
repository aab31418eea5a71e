package calibrate

import (
	"errors"
	"fmt"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// removal is one way to take a mapping away. prepare makes n pages present and writable, take is what is timed.
type removal struct {
	name    string
	prepare func(w *window, n int) error
	take    func(w *window, n int) syscall.Errno
}

// window is a range of reserved addresses over a memfd.
type window struct {
	fd    int
	addr  unsafe.Pointer
	pages int
}

// newWindow reserves the addresses of n pages.
func newWindow(n int) (*window, error) {
	fd, err := unix.MemfdCreate("lwbench-calibrate", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("cannot create a memfd: %w", err)
	}
	if err := unix.Ftruncate(fd, int64(n*pageSize)); err != nil {
		return nil, errors.Join(fmt.Errorf("cannot size a memfd: %w", err), unix.Close(fd))
	}
	addr, err := unix.MmapPtr(-1, 0, nil, uintptr(n*pageSize), unix.PROT_NONE, unix.MAP_PRIVATE|unix.MAP_ANONYMOUS|unix.MAP_NORESERVE)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("cannot reserve addresses: %w", err), unix.Close(fd))
	}
	return &window{fd, addr, n}, nil
}

func (w *window) close() {
	_, _, _ = unix.RawSyscall(unix.SYS_MUNMAP, uintptr(w.addr), uintptr(w.pages*pageSize), 0)
	_ = unix.Close(w.fd)
}

// mapPages maps the first n pages of the file and writes to each.
func (w *window) mapPages(n int) error {
	const flags = unix.MAP_FIXED | unix.MAP_SHARED
	if _, _, e := unix.RawSyscall6(unix.SYS_MMAP, uintptr(w.addr), uintptr(n*pageSize), unix.PROT_READ|unix.PROT_WRITE, flags, uintptr(w.fd), 0); e != 0 {
		return fmt.Errorf("cannot map %d pages: %w", n, e)
	}
	w.touch(n)
	return nil
}

// touch writes to the first n pages.
func (w *window) touch(n int) {
	for i := range n {
		*(*byte)(unsafe.Add(w.addr, i*pageSize)) = 1
	}
}

// call is a system call on the first n pages.
func (w *window) call(number uintptr, n int, arg uintptr) syscall.Errno {
	_, _, e := unix.RawSyscall(number, uintptr(w.addr), uintptr(n*pageSize), arg)
	return e
}

// removals lists the ways.
func removals() []removal {
	return []removal{
		{
			"mprotect", func(w *window, n int) error {
				if e := w.call(unix.SYS_MPROTECT, n, unix.PROT_READ|unix.PROT_WRITE); e != 0 {
					return w.mapPages(n) // nothing is mapped yet
				}
				w.touch(n)
				return nil
			},
			func(w *window, n int) syscall.Errno { return w.call(unix.SYS_MPROTECT, n, unix.PROT_READ) },
		},
		{
			"madvise", (*window).mapPages,
			func(w *window, n int) syscall.Errno { return w.call(unix.SYS_MADVISE, n, unix.MADV_DONTNEED) },
		},
		{
			"munmap", (*window).mapPages,
			func(w *window, n int) syscall.Errno { return w.call(unix.SYS_MUNMAP, n, 0) },
		},
	}
}

// sampleRemoval times a removal of n pages beside the company.
func (l *lab) sampleRemoval(r removal, w *window, n, samples int, c company) (*Series, error) {
	return l.timed(samples, c, func() error { return r.prepare(w, n) }, func() error {
		if e := r.take(w, n); e != 0 {
			return fmt.Errorf("%s: %w", r.name, e)
		}
		return nil
	})
}

// besides is both kinds of company.
var besides = []struct {
	name string
	run  func(*lab, []place, func(company) error) error
}{
	{"processes", (*lab).besideProcesses},
	{"threads", (*lab).besideThreads},
}

// probeShootdowns takes a page away in several ways beside running processes, which need no IPI, and beside running
// threads, which need one each. The difference is the remote part.
func probeShootdowns(l *lab) error {
	w, err := newWindow(1)
	if err != nil {
		return err
	}
	defer w.close()
	for c, p := range l.top.first() {
		if p == nil {
			continue
		}
		for _, r := range removals() {
			if err := l.shootdown(r, w, []place{*p}, remoteOf(r.name, class(c))); err != nil {
				return err
			}
		}
	}
	for _, n := range waiterCounts(len(l.top)) {
		if n == 1 {
			continue // the classes hold it
		}
		for _, r := range removals() {
			if err := l.shootdown(r, w, l.top.near()[:n], remoteBy(r.name, n)); err != nil {
				return err
			}
		}
	}
	return nil
}

// shootdown reports a removal beside processes, beside threads, and their difference under the given name.
func (l *lab) shootdown(r removal, w *window, others []place, name string) error {
	var e [2]Estimate
	var errs [2]error
	for i, b := range besides {
		s := new(Series)
		err := b.run(l, others, func(c company) (err error) {
			s, err = l.sampleRemoval(r, w, 1, 400, c)
			return err
		})
		if l.ctx.Err() != nil {
			return l.ctx.Err()
		}
		if errs[i] = err; err == nil {
			e[i], errs[i] = s.estimate()
		}
		l.report(fmt.Sprintf("%s beside %s", name, b.name), "ns", r.name+" of one present page", e[i], errs[i])
	}
	l.report(name, "ns", r.name+" of a page beside running threads, less the same beside running processes", e[1].minus(e[0]), errors.Join(errs[:]...))
	return nil
}
