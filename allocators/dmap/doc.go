// Package dmap is the direct map of 64-bit kernels: all of physical memory is mapped already, so the handle is the page and
// its address is an addition. It is the floor: no design can cost less. docs/DESIGNS.md, dmap.
//
//	         PTE  local  remote  lock
//	alloc     -     -      -      -
//	kva       -     -      -      -
//	free      -     -      -      -
//
// History: FreeBSD amd64, ia64 and alpha (sf_buf is the page pointer cast), DragonFly x86_64 since 2011 (lwbuf inline),
// Linux without highmem (page_address), illumos segkpm (its stated purpose is to avoid the cross-calls of unmapping).
//
// Kernels map it with large pages, so an access costs no page walk; the simulated machine charges a first-level TLB hit.
// This favours the direct map on machines with few large-page TLB entries.
package dmap
