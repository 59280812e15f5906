package org.halftune.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.LongConsumer;
import org.halftune.data.Question;
import org.halftune.data.Tokenizer;
import org.halftune.generate.EachPrompt;
import org.halftune.generate.Generator;
import org.halftune.generate.Sampling;
import org.halftune.generate.StopConditions;
import org.halftune.generate.TextStream;

/** Generates answers with greedy decoding and compares them with the expected ones. */
public final class ExactMatchScorer {
    /**
     * Extra tokens an answer may have beyond the expected one: the same text may be tokenized into more tokens, and an
     * end token or a line break follows. A longer answer is wrong.
     */
    private static final int MARGIN = 8;
    /** Number of wrong answers that are kept for display. */
    private static final int KEPT_MISSES = 5;

    private final Generator generator;
    private final Tokenizer tokenizer;
    private final AnswerForm form;

    public ExactMatchScorer(Generator generator, Tokenizer tokenizer, AnswerForm form) {
        this.generator = generator;
        this.tokenizer = tokenizer;
        this.form = form;
    }

    /**
     * Answers all questions and compares.
     *
     * @param progress receives the number of answered questions
     */
    public ExactMatch score(List<Question> questions, LongConsumer progress) {
        int correct = 0;
        var misses = new ArrayList<ExactMatch.Miss>();
        for (var answer : answers(questions, progress)) {
            if (answer.isRight()) correct++;
            else if (misses.size() < KEPT_MISSES) {
                String prompt = decode(answer.question.promptIds());
                String expected = answer.question.reference();
                misses.add(new ExactMatch.Miss(prompt, expected.strip(), form.answer(answer.text(), expected)));
            }
        }
        return new ExactMatch(correct, questions.size(), misses);
    }

    /** Answers all questions: [questions] which answers are right. */
    public boolean[] right(List<Question> questions) {
        var answers = answers(questions, _ -> {});
        var right = new boolean[answers.size()];
        for (int i = 0; i < right.length; i++) right[i] = answers.get(i).isRight();
        return right;
    }

    private List<Answer> answers(List<Question> questions, LongConsumer progress) {
        if (questions.isEmpty()) return List.of();
        var answers = questions.stream().map(Answer::new).toList();
        int longest = answers.stream().mapToInt(answer -> answer.limit).max().orElseThrow();
        generator.generate(
                questions.stream().map(Question::promptIds).toList(),
                new Sampling.Greedy(),
                new StopConditions(longest, tokenizer.special().stopIds()),
                new EachPrompt(
                        answers.stream()
                                .<IntPredicate>map(answer -> answer::append)
                                .toList(),
                        progress::accept));
        return answers;
    }

    private String decode(int[] ids) {
        return tokenizer.decode(ids, true);
    }

    /** An answer that is being generated. Each stops at its own length or line break. */
    private final class Answer {
        private final Question question;
        private final int limit;
        private final StringBuilder text = new StringBuilder();
        private final TextStream stream;
        private int tokens;

        Answer(Question question) {
            this.question = question;
            this.limit = tokenizer.encode(question.reference(), false).length + MARGIN;
            this.stream = new TextStream(question.promptIds(), ExactMatchScorer.this::decode, text::append);
        }

        boolean append(int token) {
            var end = question.endOfTurn();
            if (end.isPresent() && token == end.getAsInt()) return false;
            stream.accept(token);
            return ++tokens < limit && !form.complete(text.toString(), question.reference());
        }

        boolean isRight() {
            return form.matches(text(), question.reference());
        }

        String text() {
            stream.end();
            return text.toString();
        }
    }
}
