// Package kmap is Linux's persistent highmem mapping, the pkmap table: one global array of addresses that is flushed as a
// whole each time its rotor wraps; docs/DESIGNS.md, kmap.
//
//	                        PTE     local       remote         lock
//	kmap, page has an address  -      -           -            kmap_lock, a bucket of the page-address hash
//	kmap, new                  1      -           -            kmap_lock, the bucket's
//	kmap, the rotor wraps      k   a full flush  a full flush  kmap_lock, held across the flush, for k unused slots
//	kunmap                     -      -           -            kmap_lock, the bucket's
//	kmap_flush_unused          k   a full flush  a full flush  as a wrap, on demand
//
// Each slot has a count: 0 is free and clean, 1 is mapped but unused since the last flush, n is n-1 users. kunmap leaves the
// mapping in place, so the same page is found again until the next wrap. The wrap clears the PTEs of all slots with count
// 1, forgets their pages and flushes the whole range on every CPU. So a slot is written only when its count is 0, and then no
// TLB holds it (I7). A wrap costs a shootdown for up to LAST_PKMAP mappings, but under the global lock.
//
// When LAST_PKMAP slots in a row are in use, kmap sleeps without a signal until a kunmap; then it looks whether the page got
// an address meanwhile. Threads that hold several mappings can deadlock on the table, which is why the function is
// deprecated.
//
// Our additions: NoWait, and a sleep that a signal ends if Catch is given.
package kmap
