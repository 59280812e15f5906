package org.halftune.generate;

import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;

/** Gives the tokens of each prompt to a receiver of its own, and counts the prompts that are finished. */
public final class EachPrompt implements TokenListener {
    private final List<IntPredicate> receivers;
    private final IntConsumer progress;
    private int finished;

    /**
     * @param receivers one per prompt; false ends the sequence
     * @param progress receives the number of finished prompts
     */
    public EachPrompt(List<IntPredicate> receivers, IntConsumer progress) {
        this.receivers = List.copyOf(receivers);
        this.progress = progress;
    }

    @Override
    public boolean accept(int prompt, int token) {
        return receivers.get(prompt).test(token);
    }

    @Override
    public void ended(int prompt) {
        progress.accept(++finished);
    }
}
