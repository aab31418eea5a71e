#!/usr/sbin/dtrace -s
/*
 * Bytes that each sendfile call asks for, for lwbench import. FreeBSD, as root: dtrace -s sendfile.d > capture.txt
 * A call that asks for everything to the end of the file (0 bytes) is left out.
 */
#pragma D option quiet
#pragma D option bufsize=16m
#pragma D option switchrate=10hz

dtrace:::BEGIN
{
	printf("# lwbench-capture 1 sendfile\n");
}

syscall::sendfile:entry
/arg3 > 0/
{
	printf("%d %d %d send %d\n", timestamp, cpu, tid, arg3);
}
