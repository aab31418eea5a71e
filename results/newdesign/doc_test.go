// Package newdesign_test makes the tables of README.md from the recorded files beside it and from
// results/recorded/newdesign.txt, and checks that they are the ones that stand there: go test ./results/newdesign -update
// writes them anew.
//
// The files: tables_test.go (splices tables and figures into the README), losses_test.go (where genbuf loses, and what the
// README concludes), limits_test.go (what the distance to dmap consists of), cells_test.go (reads the files), exposure_test.go (cost beside
// exposure).
package newdesign_test
