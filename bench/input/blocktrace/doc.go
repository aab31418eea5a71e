// Package blocktrace reads traces of disk requests: the CSV files of MSR Cambridge, Alibaba and Tencent, any CSV file
// whose first line names its columns (CloudPhysics, libCacheSim), fio's iolog of versions 2 and 3, and the text of
// blkparse.
//
// Open detects the format from the first lines, or uses the one that the user names. Reader.Next then returns one
// read or write after another. Flushes and discards are counted in Reader.Other, lines that could not be read in
// Reader.Rejects. Time stamps are ignored: package workload decides when a request starts.
//
// Files: blocktrace.go (the list of formats), and one file for each format: csv.go, fio.go, blkparse.go.
package blocktrace
