package org.halftune.eval.task;

import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;
import org.halftune.backend.Backend;
import org.halftune.data.Tokenizer;
import org.halftune.generate.CompletionText;
import org.halftune.generate.EachPrompt;
import org.halftune.generate.Generator;
import org.halftune.generate.Sampling;
import org.halftune.generate.StopConditions;
import org.halftune.generate.StopTokens;
import org.halftune.model.Parameters;

/** Answers open questions with greedy decoding. */
final class AnswerScorer {
    private final Generator generator;
    private final Tokenizer tokenizer;

    AnswerScorer(Backend backend, Parameters parameters, Tokenizer tokenizer, int batchSize) {
        this.generator = new Generator(backend, parameters, batchSize);
        this.tokenizer = tokenizer;
    }

    /**
     * The answers as text, as generated: with leading white space, without the string that ended them.
     *
     * @param stopIds tokens that end an answer
     * @param progress receives the number of questions done
     */
    List<String> answers(
            List<EncodedQuestion> questions, TaskKind.Generation kind, Set<Integer> stopIds, IntConsumer progress) {
        if (questions.isEmpty()) return List.of();
        var stop = StopTokens.of(tokenizer, stopIds, kind.until());
        var texts = questions.stream()
                .map(question -> new CompletionText(tokenizer, question.prompt(), stop.texts(), _ -> {}))
                .toList();
        generator.generate(
                questions.stream().map(EncodedQuestion::prompt).toList(),
                new Sampling.Greedy(),
                new StopConditions(kind.maxNewTokens(), stop.ids()),
                new EachPrompt(
                        texts.stream().<IntPredicate>map(text -> text::accept).toList(), progress));
        return texts.stream().map(CompletionText::end).toList();
    }
}
