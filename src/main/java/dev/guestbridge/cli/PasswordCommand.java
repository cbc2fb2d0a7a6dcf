package dev.guestbridge.cli;

import dev.guestbridge.console.PasswordHash;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "password",
        description = "Makes what management.password-hash wants to know of a password, and prints it.",
        footer = {
            "",
            "The password is asked for twice where somebody sits at a terminal, else it is a line on stdin; never an"
                    + " argument, which other users of this machine would see. It has at least " + PasswordHash.SHORTEST
                    + " characters."
        },
        mixinStandardHelpOptions = true)
final class PasswordCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        char[] password = password();
        if (password.length < PasswordHash.SHORTEST) {
            throw new ParameterException(
                    spec.commandLine(), "the password has fewer than " + PasswordHash.SHORTEST + " characters");
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println(PasswordHash.of(password).text());
        out.flush();
        spec.commandLine()
                .getErr()
                .println(
                        "guestbridge: set it as management.password-hash, with management.user, and restart the bridge");
        return Guestbridge.DONE;
    }

    private char[] password() throws IOException {
        Console console = System.console();
        if (console == null) {
            String line = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
            return line == null ? new char[0] : line.toCharArray();
        }
        char[] first = console.readPassword("password: ");
        char[] second = console.readPassword("once more: ");
        if (first == null || !Arrays.equals(first, second)) {
            throw new ParameterException(spec.commandLine(), "the two aren't the same");
        }
        return first;
    }
}
