#!/usr/sbin/dtrace -s
/*
 * Mappings by sf_buf_alloc and sf_buf_free, for lwbench import. FreeBSD, as root: dtrace -s sf_buf.d > capture.txt
 * The kernel has these functions where it has no direct map of all memory (i386, armv7); on amd64 and arm64 they are
 * inlined, and nothing is mapped. Flags are those of sys/sf_buf.h: SFB_CPUPRIVATE is 2, SFB_NOWAIT is 4.
 */
#pragma D option quiet
#pragma D option bufsize=16m
#pragma D option switchrate=10hz

dtrace:::BEGIN
{
	printf("# lwbench-capture 1 sf_buf\n");
}

fbt::sf_buf_alloc:entry
{
	self->page = arg0;
	self->flags = arg1;
}

fbt::sf_buf_alloc:return
/self->page && arg1/
{
	printf("%d %d %d map 0x%x 0x%x 1%s%s\n", timestamp, cpu, tid, self->page, arg1,
	    self->flags & 2 ? " private" : "", self->flags & 4 ? " nowait" : "");
}

fbt::sf_buf_alloc:return
{
	self->page = 0;
	self->flags = 0;
}

fbt::sf_buf_free:entry
{
	printf("%d %d %d unmap 0x%x\n", timestamp, cpu, tid, arg0);
}
