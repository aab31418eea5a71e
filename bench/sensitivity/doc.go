// Package sensitivity plans runs of the same cells on machines with changed costs: every assumed cost of a machine
// file, halved and doubled, each section of the file as a whole and each figure on its own.
//
// A varied machine is an ordinary machine with a name that describes the change (record.Varied), so that its results
// are ordinary results: they can be resumed, compared and read by benchstat. Package report finds the verdicts that
// change.
package sensitivity
