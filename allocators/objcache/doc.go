// Package objcache is DragonFly's object cache (sys/kern/kern_objcache.c, March 2009): per-CPU magazines of constructed
// objects over a depot that exchanges whole magazines, after Bonwick and Adams, "Magazines and Vmem", 2001. lwbuf and the
// later sf_bufs use it.
//
//	get, put on one CPU     no lock, a critical section, last in first out: the same object returns
//	one-way flow A to B     one depot lock every 64 objects on each side; with two magazines in transit, B destructs
//	                        and A constructs one object per use: a cliff
//	retained, no limit      (2 x CPUs + 2) x 64 objects; beyond that each put destructs its object
//
// An object returns to the CPU that frees it, not to the one that allocated it. The number of magazines never grows.
// A get that may wait can still fail: when the constructor does.
package objcache
