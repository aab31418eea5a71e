package lab

import (
	"errors"
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"
)

// PageSize is the page size of the model, in bytes.
const PageSize = 4096

// Window is a range of reserved addresses, in pages, and a file in memory whose pages can be mapped there. Threads
// may use different parts of it concurrently.
type Window struct {
	fd    int
	addr  unsafe.Pointer
	pages int
	hole  bool // nothing is mapped there, and the addresses may be in use elsewhere
}

// NewWindow reserves the addresses of n pages, and creates a file of n pages.
func NewWindow(n int) (*Window, error) {
	fd, err := unix.MemfdCreate("lwbench-calibrate", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("cannot create a memfd: %w", err)
	}
	if err := unix.Ftruncate(fd, int64(n*PageSize)); err != nil {
		return nil, errors.Join(fmt.Errorf("cannot size a memfd: %w", err), unix.Close(fd))
	}
	if err := unix.Fallocate(fd, 0, 0, int64(n*PageSize)); err != nil { // so that a fault finds the page in memory
		return nil, errors.Join(fmt.Errorf("cannot fill a memfd: %w", err), unix.Close(fd))
	}
	w := &Window{fd: fd, pages: n}
	if err := w.reserve(); err != nil {
		return nil, errors.Join(err, unix.Close(fd))
	}
	return w, nil
}

// reserve finds addresses for the window.
func (w *Window) reserve() error {
	const flags = unix.MAP_PRIVATE | unix.MAP_ANONYMOUS | unix.MAP_NORESERVE
	addr, err := unix.MmapPtr(-1, 0, nil, uintptr(w.pages*PageSize), unix.PROT_NONE, flags)
	if err != nil {
		return fmt.Errorf("cannot reserve addresses: %w", err)
	}
	w.addr, w.hole = addr, false
	return nil
}

// Close releases the addresses and the file.
func (w *Window) Close() {
	if !w.hole {
		_, _, _ = unix.RawSyscall(unix.SYS_MUNMAP, uintptr(w.addr), uintptr(w.pages*PageSize), 0)
	}
	_ = unix.Close(w.fd)
}

func (w *Window) at(slot int) uintptr { return uintptr(w.addr) + uintptr(slot*PageSize) }

// Map maps n pages of the file, from page on, at slot, and replaces existing mappings.
func (w *Window) Map(slot, page, n int) error { return w.mmap(slot, page, n, unix.MAP_FIXED) }

// Fill maps the whole window after Unmap. If the addresses have been taken meanwhile (the kernel gives them to the
// next thread's stack), the window moves.
func (w *Window) Fill() error {
	err := w.mmap(0, 0, w.pages, unix.MAP_FIXED_NOREPLACE)
	if errors.Is(err, unix.EEXIST) {
		if err = w.reserve(); err == nil {
			err = w.mmap(0, 0, w.pages, unix.MAP_FIXED)
		}
	}
	w.hole = w.hole && err != nil
	return err
}

func (w *Window) mmap(slot, page, n, flag int) error {
	if _, _, e := unix.RawSyscall6(unix.SYS_MMAP, w.at(slot), uintptr(n*PageSize),
		unix.PROT_READ|unix.PROT_WRITE, uintptr(unix.MAP_SHARED|flag), uintptr(w.fd), uintptr(page*PageSize)); e != 0 {
		return fmt.Errorf("mmap of %d pages: %w", n, e)
	}
	return nil
}

// Touch writes to n pages from slot on, in each to another line: the first lines of all pages are of one set of the cache.
func (w *Window) Touch(slot, n int) {
	for i := slot; i < slot+n; i++ {
		*(*byte)(unsafe.Add(w.addr, i*PageSize+i%(PageSize/64)*64)) = 1
	}
}

// Reserve removes the mappings of n pages and keeps their addresses: a mapping without access replaces them.
func (w *Window) Reserve(slot, n int) error {
	const flags = unix.MAP_FIXED | unix.MAP_PRIVATE | unix.MAP_ANONYMOUS | unix.MAP_NORESERVE
	none := -1
	if _, _, e := unix.RawSyscall6(unix.SYS_MMAP, w.at(slot), uintptr(n*PageSize), unix.PROT_NONE, flags, uintptr(none), 0); e != 0 {
		return fmt.Errorf("mmap without access of %d pages: %w", n, e)
	}
	return nil
}

// Unmap removes the whole window's mappings and leaves a hole (munmap), until Fill.
func (w *Window) Unmap() error {
	err := w.call("munmap", unix.SYS_MUNMAP, 0, w.pages, 0)
	w.hole = w.hole || err == nil
	return err
}

// Protect sets the access of n pages (mprotect).
func (w *Window) Protect(slot, n int, writable bool) error {
	access := uintptr(unix.PROT_READ)
	if writable {
		access |= unix.PROT_WRITE
	}
	return w.call("mprotect", unix.SYS_MPROTECT, slot, n, access)
}

// Drop empties the page-table entries of n pages (madvise, MADV_DONTNEED); the next touch fills them.
func (w *Window) Drop(slot, n int) error {
	return w.call("madvise", unix.SYS_MADVISE, slot, n, unix.MADV_DONTNEED)
}

func (w *Window) call(name string, number uintptr, slot, n int, arg uintptr) error {
	if _, _, e := unix.RawSyscall(number, w.at(slot), uintptr(n*PageSize), arg); e != 0 {
		return fmt.Errorf("%s of %d pages: %w", name, n, e)
	}
	return nil
}
