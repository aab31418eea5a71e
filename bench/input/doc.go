// Package input opens the files that a user provides: web logs, block traces and captures of a running kernel.
//
// Files opens each file once and gives every cell of a sweep its own reader, including for standard input and pipes.
// Lines reads such a file line by line: it undoes gzip, bzip2, zstd and xz, a byte order mark and UTF-16, and bounds
// the length of a line. Rejects counts the lines that a parser could not read and keeps the first three.
//
// Package records below this one detects a format and reads one record per line. The formats have their own packages,
// weblog and blocktrace, with one file for each format. A parser sees one bounded line at a time, so that memory does
// not grow with the file.
package input
