package main

// Main is main, for the scripts to run it as a program.
var Main = main
