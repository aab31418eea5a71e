// Package weblog reads the access logs of web servers: common and combined format, both with an optional virtual host
// in front, JSON as nginx and Caddy write it, and the W3C extended format of IIS and CloudFront.
//
// Open detects the format from the first lines, or uses the one that the user names. Reader.Next then returns one
// request after another. Other lines are counted in Reader.Rejects and skipped.
//
// Files: weblog.go (the list of formats), and one file for each format: clf.go, json.go, w3c.go.
package weblog
