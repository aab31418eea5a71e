// Package records reads text files with one record per line, in one of several formats. It detects the format from
// the first lines, counts and skips lines that it cannot read, and keeps no earlier lines.
//
// The formats are elsewhere: a package for each kind of file (weblog, blocktrace) lists its own as values of Format.
package records
