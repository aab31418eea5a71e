package calibrate

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// pageSize is the size of a page that the model knows.
const pageSize = 4096

// pages maps n pages of memory that no huge page backs, writes to each, and returns what gives them back.
func pages(n int) (mem []byte, free func(), err error) {
	mem, err = unix.Mmap(-1, 0, n*pageSize, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANONYMOUS)
	if err != nil {
		return nil, nil, fmt.Errorf("cannot map %d pages: %w", n, err)
	}
	_ = unix.Madvise(mem, unix.MADV_NOHUGEPAGE) // refused where there are no huge pages
	for i := range n {
		mem[i*pageSize] = 1
	}
	return mem, func() { _ = unix.Munmap(mem) }, nil
}
