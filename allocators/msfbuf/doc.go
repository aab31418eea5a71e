// Package msfbuf is DragonFly's multi-page sf_buf: a fixed number of windows of 32 pages that keep their mappings, found by a
// hint in the first page; docs/DESIGNS.md, msfbuf.
//
//	                               PTE            local                              remote               lock
//	alloc, private                 those changed  invlpg for each changed page, and  -                    MP lock
//	                                              for all if the own bit is clear
//	alloc, global                  n              n invlpg                           a full flush on all  MP lock
//	kva                             -             -                                  -                    -
//	free                            -             -                                  -                    MP lock
//
// alloc takes the window that the first page's hint names, if that is idle, and otherwise the head of the freelist. A private
// request maps it with pmap_qenter2, which compares each PTE: entries that differ are written and empty the mask, and every
// entry is invalidated if the own bit is clear. Mapping the same pages again on a CPU in the mask costs nothing. A global
// request uses pmap_qenter, whose broadcast is not waited for, and makes the mask global.
//
// History: d6a46bb7c4 (2004) to e3c80b53ec (March 2010), used by NFS and the journal. pmap_qenter2 also served the pipe.
//
// As in naive, a CPU that receives a global mapping before the broadcast arrives may use its old entry (KnownRace). Our
// addition: NoWait.
package msfbuf
