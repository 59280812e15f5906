package org.halftune.eval.text;

/** The longest common subsequence. */
final class Subsequence {
    private Subsequence() {}

    /** Its length, in time |a|·|b| and memory |b|. */
    static int length(int[] a, int[] b) {
        var row = new int[b.length + 1];
        for (int item : a) {
            int diagonal = 0;
            for (int j = 1; j <= b.length; j++) {
                int above = row[j];
                row[j] = item == b[j - 1] ? diagonal + 1 : Math.max(above, row[j - 1]);
                diagonal = above;
            }
        }
        return row[b.length];
    }
}
