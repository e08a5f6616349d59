# SPDX-License-Identifier: MIT
#
# datatable.R: the benchmark's totals by data.table, in whole pennies as doubles,
# which hold them exactly here.
#
#     Rscript datatable.R FOLDER THREADS OUT
suppressMessages(library(data.table))
args <- commandArgs(trailingOnly = TRUE)
setDTthreads(as.integer(args[2]))
at <- function(name) file.path(args[1], name)
a <- fread(at("activity.csv"), select = c("provider", "pod", "hrg", "los", "age", "count", "admission_method"),
           colClasses = list(character = "admission_method"), showProgress = FALSE)
p <- fread(at("prices.csv"))
m <- fread(at("mff.csv"), colClasses = list(character = "mff"))
m[, factor := as.integer(substr(mff, 1, 1)) * 1e6 + as.integer(substr(mff, 3, 8))]
a[p, on = .(hrg, pod), `:=`(price = i.price * 100, short = i.short_stay_price * 100, trim = i.trim_point,
                            daily = i.per_diem * 100)]
a[m, on = .(provider), factor := i.factor]
urgent <- c("21", "22", "23", "24", "25", "28", "2A", "2B", "2C", "2D")
a[, base := count * fifelse(los < 2L & age >= 19L & !is.na(short) & admission_method %chin% urgent, short, price)]
a[, excess := count * pmax(los - trim, 0L) * daily]
a[, amount := floor(((base + excess) * factor + 500000) / 1e6)]
totals <- a[, .(quantity = sum(count), base = sum(base), excess_bed_days = sum(excess),
                market_forces = sum(amount - base - excess), amount = sum(amount)), by = .(provider, pod, hrg)]
for (column in c("base", "excess_bed_days", "market_forces", "amount")) {
  set(totals, j = column, value = totals[[column]] / 100)
}
fwrite(totals, args[3])
