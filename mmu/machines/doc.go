// Package machines holds the machine files and reads them: one YAML file for each machine, embedded in the program,
// or a user's own file. A new machine is one file here and needs no code.
//
// A file has the keys name and doc, and may have processor, by which lwbench calibrate finds the machine that is most
// like the host: {vendor: "GenuineIntel", family: 6, model: 63}, as in /proc/cpuinfo. It has the sections machine,
// topology, tlb, mmu, line, lock, ipi, sleep, message and code. Every number has the form {value: 216, source: "where
// it is from"} or {value: 20, assumed: "why there is no source"}; `lwbench list machines` shows which numbers are
// assumed. All other keys are required and unknown keys are errors: copy one of the embedded files and change it. Times
// are cycles of the machine's clock.
//
// Files: keys.go (every key, its range and its destination), parse.go (the reader and its messages), machines.go (the
// embedded files by name).
package machines
