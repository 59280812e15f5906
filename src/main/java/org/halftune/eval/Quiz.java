package org.halftune.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.halftune.data.Question;
import org.halftune.data.Tokenizer;
import org.halftune.generate.Generator;
import org.halftune.generate.Sampling;
import org.halftune.generate.StopConditions;
import org.halftune.generate.TextStream;
import org.halftune.generate.TokenListener;

/** Asks a model questions, greedily, and compares its answers with the expected ones. */
public final class Quiz {
    /**
     * How many tokens an answer may have beyond the expected one: the same words may be cut into more tokens, and an end
     * token or a line break follows. Whoever writes more is wrong already.
     */
    private static final int MARGIN = 8;
    /** How many wrong answers are kept to look at. */
    private static final int KEPT_MISSES = 5;

    private final Generator generator;
    private final Tokenizer tokenizer;
    private final AnswerForm form;

    public Quiz(Generator generator, Tokenizer tokenizer, AnswerForm form) {
        this.generator = generator;
        this.tokenizer = tokenizer;
        this.form = form;
    }

    /**
     * Asks all questions.
     *
     * @param progress hears how many are answered
     */
    public ExactMatch ask(List<Question> questions, LongConsumer progress) {
        if (questions.isEmpty()) return new ExactMatch(0, 0, List.of());
        var answers = questions.stream().map(Answer::new).toList();
        int longest = answers.stream().mapToInt(answer -> answer.limit).max().orElseThrow();
        generator.generate(
                questions.stream().map(Question::promptIds).toList(),
                new Sampling.Greedy(),
                new StopConditions(longest, tokenizer.special().stopIds()),
                new Listening(answers, progress));

        int correct = 0;
        var misses = new ArrayList<ExactMatch.Miss>();
        for (var answer : answers) {
            String text = answer.text();
            String expected = answer.question.reference();
            if (form.matches(text, expected)) correct++;
            else if (misses.size() < KEPT_MISSES) {
                String prompt = decode(answer.question.promptIds());
                misses.add(new ExactMatch.Miss(prompt, expected.strip(), form.answer(text, expected)));
            }
        }
        return new ExactMatch(correct, questions.size(), misses);
    }

    private String decode(int[] ids) {
        return tokenizer.decode(ids, true);
    }

    /** Passes tokens on to their answers, and counts. */
    private static final class Listening implements TokenListener {
        private final List<Answer> answers;
        private final LongConsumer progress;
        private long answered;

        Listening(List<Answer> answers, LongConsumer progress) {
            this.answers = answers;
            this.progress = progress;
        }

        @Override
        public boolean accept(int prompt, int token) {
            return answers.get(prompt).goesOn(token);
        }

        @Override
        public void ended(int prompt) {
            progress.accept(++answered);
        }
    }

    /** An answer as it grows, to stop each at its own length or line rather than at the longest one's. */
    private final class Answer {
        private final Question question;
        private final int limit;
        private final StringBuilder text = new StringBuilder();
        private final TextStream stream;
        private int tokens;

        Answer(Question question) {
            this.question = question;
            this.limit = tokenizer.encode(question.reference(), false).length + MARGIN;
            this.stream = new TextStream(question.promptIds(), Quiz.this::decode, text::append);
        }

        boolean goesOn(int token) {
            var end = question.endOfTurn();
            if (end.isPresent() && token == end.getAsInt()) return false;
            stream.accept(token);
            return ++tokens < limit && !form.complete(text.toString(), question.reference());
        }

        String text() {
            stream.end();
            return text.toString();
        }
    }
}
