// Package records reads text files that hold one record a line, in one of several formats. It detects the format from the
// first lines, counts the lines that it cannot read and goes on, and keeps nothing of the lines before.
//
// The formats are elsewhere: a package for each kind of file (weblog, blocktrace) lists its own as values of Format.
package records
