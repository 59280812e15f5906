package org.halftune.cli;

import java.io.IOException;
import org.halftune.console.Amounts;
import org.halftune.console.Terminal;
import org.halftune.generate.Chat;
import org.halftune.generate.FinishReason;
import org.halftune.problem.InputError;
import org.halftune.train.Interrupts;
import org.halftune.train.StopSignal;

/**
 * A conversation at the terminal: each line is a user's turn, or a command. Answers go to standard output as they are written,
 * everything else to standard error.
 */
final class ChatConsole {
    private static final String HELP = """
            /reset  forgets the conversation; the system message stays
            /help   shows this
            /exit   ends, as Ctrl-D does
            Ctrl-C  stops an answer; a second one ends""";

    private final Chat chat;
    private final Terminal terminal;
    private final StandardInput input;
    private int turn;

    ChatConsole(Chat chat, Terminal terminal, StandardInput input) {
        this.chat = chat;
        this.terminal = terminal;
        this.input = input;
    }

    /** Talks until the input ends or says {@code /exit}. */
    void run() throws IOException {
        while (true) {
            if (input.terminal()) print("> ");
            String line = input.line();
            if (line == null) {
                if (input.terminal()) say("");
                return;
            }
            String word = line.strip();
            if (word.isEmpty()) continue;
            switch (word) {
                case "/exit", "/quit" -> {
                    return;
                }
                case "/reset" -> {
                    chat.reset();
                    if (input.terminal()) say("the conversation begins anew");
                }
                case "/help" -> say(HELP);
                default -> {
                    // Typed, it is a mistyped command; in a file it may well be what a user says.
                    boolean command = input.terminal() && word.matches("/[a-z]+");
                    if (command) say("there is no command " + word + "\n" + HELP);
                    else answer(line);
                }
            }
        }
    }

    private void answer(String line) {
        turn++;
        var stop = new StopSignal();
        var out = terminal.out();
        Chat.Reply reply;
        try (var _ = Interrupts.to(stop, () -> {}, Runtime.getRuntime()::halt)) {
            reply = chat.say(
                    line,
                    piece -> {
                        out.print(piece);
                        out.flush();
                    },
                    () -> !stop.requested());
        }
        switch (reply) {
            case Chat.Answer(String _, FinishReason reason) -> {
                out.println();
                out.flush();
                if (stop.requested()) say("(stopped)");
                else if (reason == FinishReason.LENGTH) say("(cut: --max_new_tokens is reached)");
                else if (reason == FinishReason.POSITIONS) {
                    say("(cut: the model has no more positions; /reset begins a new conversation)");
                }
                if (input.terminal()) out.println();
            }
            case Chat.NoRoom(int tokens, int positions) -> {
                var problem = new InputError(
                        "the conversation has " + Amounts.counted(tokens, "token") + ", the model "
                                + Amounts.counted(positions, "position") + " for it and the answer",
                        "turn " + turn,
                        "/reset begins a new conversation; this turn was not taken");
                if (!input.terminal()) throw problem;
                say(problem.report());
            }
        }
    }

    private void say(String text) {
        print(text + System.lineSeparator());
    }

    private void print(String text) {
        terminal.out().flush();
        terminal.err().print(text);
        terminal.err().flush();
    }
}
