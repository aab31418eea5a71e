// Package blocktrace reads traces of requests to disks: the CSV files of MSR Cambridge, Alibaba and Tencent, any CSV file
// whose first line names its columns (CloudPhysics, libCacheSim), fio's iolog of versions 2 and 3, and the text of blkparse.
//
// Open detects the format from the first lines, or takes the one that the user names. Reader.Next then returns one read or
// write after another. Flushes and discards are counted in Reader.Other, lines that could not be read in Reader.Rejects.
// Time stamps are not used: package workload decides when a request comes.
//
// The files: blocktrace.go (the list of formats), then one file a format: csv.go, fio.go, blkparse.go.
package blocktrace
