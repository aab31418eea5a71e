package lab

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"lwbench/mmu/smp/host"
)

// Company is a set of CPUs that are busy while another one removes mappings. Each shows that it runs by counting in a
// shared word.
type Company []*int64

// patience is how long an operation waits for its company to run, in nanoseconds.
const patience = int64(20e6)

// Alive waits until every CPU of the company has been seen counting, so that the following operation meets running
// CPUs. It returns false if one does not run for a while.
func (c Company) Alive() bool {
	for _, word := range c {
		was, until := atomic.LoadInt64(word), host.Nanos()+patience
		for atomic.LoadInt64(word) == was {
			if host.Nanos() > until {
				return false
			}
		}
	}
	return true
}

// BesideThreads runs measure on the first CPU while a thread of this process counts on each of the others.
func (l *Lab) BesideThreads(others []Place, measure func(Company) error) error {
	words := make([]struct {
		_ [128]byte
		n int64
		_ [128]byte
	}, len(others))
	c := make(Company, len(others))
	for i := range words {
		c[i] = &words[i].n
	}
	var stopped host.Word
	var failed error
	on := append([]Place{l.Top[0]}, others...)
	err := l.Pinned(on, func(slot int) {
		if slot == 0 {
			defer stopped.Store(1)
			failed = measure(c)
			return
		}
		for word := c[slot-1]; stopped.Load() == 0; {
			atomic.AddInt64(word, 1)
		}
	}, func() { stopped.Store(1) })
	return errors.Join(failed, err)
}

// errNoControl is the error if there is no helper process.
var errNoControl = errors.New("no helper process")

// BesideProcesses is BesideThreads with a process instead of each thread: it needs no IPI when a mapping here is
// removed.
func (l *Lab) BesideProcesses(others []Place, measure func(Company) error) error {
	if len(l.beside) == 0 {
		return errNoControl
	}
	fd, err := unix.MemfdCreate("lwbench-calibrate", unix.MFD_CLOEXEC)
	if err != nil {
		return fmt.Errorf("cannot share a page with a process: %w", err)
	}
	file := os.NewFile(uintptr(fd), "shared page")
	defer func() { _ = file.Close() }()
	if err := file.Truncate(int64(PageSize * max(1, len(others)))); err != nil {
		return fmt.Errorf("cannot share a page with a process: %w", err)
	}
	mem, err := unix.Mmap(fd, 0, PageSize*max(1, len(others)), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return fmt.Errorf("cannot share a page with a process: %w", err)
	}
	defer func() { _ = unix.Munmap(mem) }()
	var c Company
	for i, p := range others {
		end, err := l.spawn(file, i, p.CPU)
		if err != nil {
			return err
		}
		defer end()
		c = append(c, (*int64)(unsafe.Pointer(&mem[i*PageSize])))
	}
	return errors.Join(l.Pinned(l.Top[:1], func(int) {
		for start := time.Now(); !c.Alive(); { // a process takes a while to start
			if l.Err() != nil || time.Since(start) > 5*time.Second {
				err = errors.Join(l.Err(), errors.New("the helper process does not run"))
				return
			}
		}
		err = measure(c)
	}, func() {}), err)
}

// spawn starts a helper process that counts in page i of the shared file on a CPU until end is called, or until this
// process exits for any reason: its standard input ends then.
func (l *Lab) spawn(shared *os.File, i, cpu int) (end func(), err error) {
	c := exec.CommandContext(l.ctx, l.beside[0], append(l.beside[1:len(l.beside):len(l.beside)], strconv.Itoa(i), strconv.Itoa(cpu))...)
	c.ExtraFiles = []*os.File{shared}
	in, err := c.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("cannot start a helper process: %w", err)
	}
	if err := c.Start(); err != nil {
		return nil, fmt.Errorf("cannot start a helper process: %w", err)
	}
	return func() {
		_ = in.Close()
		_ = c.Wait()
	}, nil
}

// Beside is the main function of the helper process started by Options.Beside: it counts in page i of file descriptor
// 3 on a CPU until its standard input ends.
func Beside(i, cpu string, in *os.File) error {
	page, err1 := strconv.Atoi(i)
	at, err2 := strconv.Atoi(cpu)
	if err := errors.Join(err1, err2); err != nil || page < 0 {
		return fmt.Errorf("expected the number of a page and of a CPU: %w", err)
	}
	mem, err := unix.Mmap(3, int64(page*PageSize), PageSize, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return fmt.Errorf("cannot map the shared page: %w", err)
	}
	go func() {
		buffer := make([]byte, 1)
		for {
			if _, err := in.Read(buffer); err != nil {
				os.Exit(0)
			}
		}
	}()
	runtime.LockOSThread()
	var set unix.CPUSet
	set.Set(at)
	_ = unix.SchedSetaffinity(0, &set)
	for word := (*int64)(unsafe.Pointer(&mem[0])); ; {
		atomic.AddInt64(word, 1)
	}
}
