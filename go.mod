module lwbench

go 1.26
