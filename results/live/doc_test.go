// Package live_test makes the tables of README.md from the recorded files beside it, and checks that they are the ones that stand
// there: go test ./results/live -update writes them. scripts/live-record makes the files.
//
// The rooms: tables_test.go (splices tables into the README), cells_test.go (reads the files), ranking_test.go (who is
// faster than whom on real threads, and whether the virtual clock says the same), noise_test.go (how far to trust it).
package live_test
