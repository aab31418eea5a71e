package calibrate

import (
	"fmt"

	"golang.org/x/sys/unix"

	"lwbench/bench/calibrate/lab"
)

// pages maps n pages of memory without huge pages, writes to each, and returns a function that unmaps them.
func pages(n int) (mem []byte, free func(), err error) {
	mem, err = unix.Mmap(-1, 0, n*lab.PageSize, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANONYMOUS)
	if err != nil {
		return nil, nil, fmt.Errorf("cannot map %d pages: %w", n, err)
	}
	_ = unix.Madvise(mem, unix.MADV_NOHUGEPAGE) // fails if there are no huge pages
	for i := range n {
		mem[i*lab.PageSize] = 1
	}
	return mem, func() { _ = unix.Munmap(mem) }, nil
}
