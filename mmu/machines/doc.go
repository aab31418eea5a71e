// Package machines holds the machine files and reads them: one YAML file a machine, embedded in the program, or one of
// the user's own. A new machine is one file here; no code changes.
//
// A file has the keys name and doc and the sections machine, topology, tlb, mmu, line, lock, ipi, sleep, message and
// code. Every number stands as {value: 216, source: "where it is from"} or {value: 20, assumed: "why there is no
// source"}; `lwbench list machines` shows which are which. All keys must be there, none may be unknown: copy one of the
// embedded files and change it. Times are cycles of the machine's clock.
//
// The rooms: keys.go (every key, its range and where it goes), parse.go (the reader and its messages), machines.go
// (the embedded files by name).
package machines
