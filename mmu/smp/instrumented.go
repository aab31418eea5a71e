package smp

// Instrumented reports whether the designs of this program report their accesses; see package instrument, which replaces this
// file.
const Instrumented = false
