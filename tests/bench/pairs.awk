# Compares two columns of paired times in microseconds, by hand and with glusterconsul:
#
#   awk -f pairs.awk -v hand=1 -v ours=2 ROWS
#
# Prints the medians, the mean of the differences (ours minus by hand) with its standard
# error, their median, and the two-sided sign test: the probability that so many pairs
# favour one side if neither were faster.

{
  n++
  a[n] = $hand / 1000
  b[n] = $ours / 1000
  d[n] = b[n] - a[n]
  sum += d[n]
  squares += d[n] * d[n]
  if (d[n] < 0) faster++
  else if (d[n] > 0) slower++
}

END {
  if (n < 2) {
    print "fewer than two pairs" > "/dev/stderr"
    exit 1
  }
  mean = sum / n
  error = sqrt((squares - n * mean * mean) / (n - 1) / n)
  printf "pairs                %d\n", n
  printf "median by hand       %.1f ms\n", median(a)
  printf "median ours          %.1f ms\n", median(b)
  printf "median difference    %+.1f ms\n", median(d)
  printf "mean difference      %+.1f ms, standard error %.1f ms\n", mean, error
  printf "ours faster          %d of %d, sign test p = %.2g\n", faster, n, sign_test(faster, slower)
}

function median(values,    i, j, x, sorted) {
  for (i = 1; i <= n; i++) {
    x = values[i]
    for (j = i - 1; j >= 1 && sorted[j] > x; j--) sorted[j + 1] = sorted[j]
    sorted[j + 1] = x
  }
  return n % 2 ? sorted[(n + 1) / 2] : (sorted[n / 2] + sorted[n / 2 + 1]) / 2
}

function sign_test(one, other,    total, fewer, ways, tail, i) {
  total = one + other
  fewer = one < other ? one : other
  ways = exp(-total * log(2)) # of choosing 0 of them, by the number of all outcomes
  for (i = 0; i <= fewer; i++) {
    tail += ways
    ways *= (total - i) / (i + 1)
  }
  return 2 * tail < 1 ? 2 * tail : 1
}
