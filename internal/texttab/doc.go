// Package texttab formats text for people: aligned tables, counted nouns, thousands separators and "did you mean"
// suggestions. Every command and report writes them through this package, so that a figure looks the same everywhere.
//
// It knows nothing of benchmarks; it takes values and returns text.
package texttab
