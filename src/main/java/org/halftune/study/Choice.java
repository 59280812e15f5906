package org.halftune.study;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;
import org.halftune.problem.InputError;
import org.halftune.report.study.SuiteSplit;
import org.halftune.train.export.Digests;

/**
 * Which questions learning rates and steps are chosen on. Those are in no reported score.
 *
 * <p>The questions with the smallest hashes of (seed, prompt) are chosen on: the split depends neither on the order of the file nor on
 * the run, and rows with the same prompt are on the same side.
 *
 * @param share fraction of the questions to choose on, from 0 to 0.9; 0: all questions are both chosen on and reported
 * @param seed of the split
 */
public record Choice(double share, long seed) {
    private static final double MOST = 0.9;

    public Choice {
        if (!(share >= 0 && share <= MOST)) {
            throw new InputError(
                    "choose " + share + " is not possible",
                    "",
                    "give the fraction of questions to choose rates on, from 0 (none of their own) to " + MOST);
        }
    }

    /**
     * The split of a suite.
     *
     * @param prompts [n] what identifies each question
     * @throws InputError if a part would be empty
     */
    SuiteSplit split(String suite, List<String> prompts) {
        if (share == 0) return SuiteSplit.whole(suite, prompts.size());
        var hashes = prompts.stream().map(this::hash).toList();
        var distinct = List.copyOf(new TreeSet<>(hashes));
        long wanted = Math.round(share * distinct.size());
        if (wanted == 0 || wanted == distinct.size()) {
            throw new InputError(
                    "choose " + share + " of " + distinct.size() + " questions leaves a part without questions",
                    suite,
                    "give more questions, or choose: 0, which chooses on the reported questions");
        }
        var last = distinct.get((int) wanted - 1);
        var choosing = new boolean[prompts.size()];
        for (int i = 0; i < choosing.length; i++) choosing[i] = hashes.get(i).compareTo(last) <= 0;
        return SuiteSplit.of(suite, choosing);
    }

    private String hash(String prompt) {
        var digest = Digests.sha256();
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(seed).flip());
        digest.update(prompt.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest.digest());
    }
}
