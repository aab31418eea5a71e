// Package all is the list of designs. A new design is one import and one line here; nothing registers itself.
// Commands and tests pass the list on; no other package but they may import it.
//
// The order is the order of tables: the baseline first, then by age.
package all
