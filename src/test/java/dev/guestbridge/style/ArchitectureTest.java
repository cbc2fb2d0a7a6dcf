package dev.guestbridge.style;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import jakarta.jms.ObjectMessage;
import java.io.ObjectInputStream;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;

/** Few packages, arrows one way. */
@AnalyzeClasses(packages = "dev.guestbridge", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String OURS = "dev.guestbridge..";
    private static final String ROOT = "dev.guestbridge";
    private static final String[] SISTERS = {
        "dev.guestbridge.dialect..",
        "dev.guestbridge.genesys..",
        "dev.guestbridge.lane..",
        "dev.guestbridge.store..",
        "dev.guestbridge.webhook..",
        "dev.guestbridge.broker..",
        "dev.guestbridge.check.."
    };

    @ArchTest
    static final ArchRule messageSeesNoOther = classes()
            .that()
            .resideInAPackage("dev.guestbridge.message..")
            .should()
            .onlyDependOnClassesThat(
                    resideInAPackage("dev.guestbridge.message..").or(not(ours())))
            .because("it holds the words that all others share");

    @ArchTest
    static final ArchRule sistersDontSeeEachOther = slices().matching(
                    "dev.guestbridge.(dialect|genesys|lane|store|webhook|broker|check)..")
            .should()
            .notDependOnEachOther()
            .because("the routes join them, and each can be read and changed alone");

    @ArchTest
    static final ArchRule sistersSeeOnlyMessage = noClasses()
            .that()
            .resideInAnyPackage(SISTERS)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ROOT, "dev.guestbridge.cli..", "dev.guestbridge.console..")
            .because("arrows go one way, from the launcher down");

    @ArchTest
    static final ArchRule nobodySeesTheCommandLine = noClasses()
            .that()
            .resideOutsideOfPackage("dev.guestbridge.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.guestbridge.cli..")
            .because("it is for people, and the bridge runs without it");

    @ArchTest
    static final ArchRule onlyTheLauncherSeesTheConsole = noClasses()
            .that()
            .resideOutsideOfPackages("dev.guestbridge.console..", "dev.guestbridge.cli..", ROOT)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.guestbridge.console..")
            .because("it shows what the others are, and they don't care who looks");

    @ArchTest
    static final ArchRule onlyTheCommandLineSeesTheSimulator = noClasses()
            .that()
            .resideOutsideOfPackages("dev.guestbridge.simulator..", "dev.guestbridge.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.guestbridge.simulator..")
            .because("a bridge that knows its simulator proves nothing");

    @ArchTest
    static final ArchRule theSimulatorSharesNoClass = classes()
            .that()
            .resideInAPackage("dev.guestbridge.simulator..")
            .should()
            .onlyDependOnClassesThat(
                    resideInAPackage("dev.guestbridge.simulator..").or(not(ours())))
            .because("a mistake that both sides share is never found");

    @ArchTest
    static final ArchRule camelStaysAtItsExtensionPoints = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT, "dev.guestbridge.console..", "dev.guestbridge.check..")
            .and()
            .doNotHaveFullyQualifiedName("dev.guestbridge.lane.LaneContainers")
            .and()
            .doNotHaveFullyQualifiedName("dev.guestbridge.lane.LaneContainers$LaneContainer")
            .and()
            .doNotHaveFullyQualifiedName("dev.guestbridge.lane.LanePolicy")
            .and()
            .doNotHaveFullyQualifiedName("dev.guestbridge.genesys.TotalDeadline")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.camel..")
            .because("YAML owns the flow; Java is functions from value to value");

    @ArchTest
    static final ArchRule dialectsArePure = noClasses()
            .that()
            .resideInAPackage("dev.guestbridge.dialect..")
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                    "java.net.http..",
                    "java.sql..",
                    "jakarta.jms..",
                    "java.util.concurrent..",
                    "org.slf4j..",
                    "org.apache.."))
            .because("a dialect turns a message into a request, and a golden file shows it all");

    @ArchTest
    static final ArchRule theBusIsForLanesAndBroker = noClasses()
            .that()
            .resideOutsideOfPackages("dev.guestbridge.lane..", "dev.guestbridge.broker..", "dev.guestbridge.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("jakarta.jms..")
            .because("everyone else is handed values");

    @ArchTest
    static final ArchRule databasesAreForTheStore = noClasses()
            .that()
            .resideOutsideOfPackage("dev.guestbridge.store..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "javax.sql..", "org.flywaydb..", "com.zaxxer..")
            .because("one package knows how things are kept");

    @ArchTest
    static final ArchRule nothingIsDeserialised = noClasses()
            .should()
            .dependOnClassesThat()
            .areAssignableTo(ObjectInputStream.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(ObjectMessage.class)
            .because("whoever writes to a queue would run code here");

    @ArchTest
    static final ArchRule secretsAreComparedInConstantTime = noClasses()
            .that()
            .resideInAnyPackage("dev.guestbridge.webhook..", "dev.guestbridge.genesys..")
            .should()
            .callMethod(Arrays.class, "equals", byte[].class, byte[].class)
            .orShould()
            .callMethod(Arrays.class, "compare", byte[].class, byte[].class)
            .because("how long it takes tells how much of a signature is right; MessageDigest.isEqual doesn't");

    @ArchTest
    static final ArchRule noProcessIsStarted = noClasses()
            .should()
            .callMethodWhere(target(owner(equivalentTo(Runtime.class))).and(target(name("exec"))))
            .orShould()
            .dependOnClassesThat()
            .belongToAnyOf(ProcessBuilder.class)
            .because("the bridge carries messages");

    @ArchTest
    static final ArchRule noGuessableSecrets = noClasses()
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(Random.class)
            .because("what is drawn from it can be foreseen; SecureRandom for secrets, ThreadLocalRandom for waits");

    @ArchTest
    static final ArchRule namesSayWhatAThingIs = noClasses()
            .should()
            .haveSimpleNameEndingWith("Manager")
            .orShould()
            .haveSimpleNameEndingWith("Helper")
            .orShould()
            .haveSimpleNameEndingWith("Util")
            .orShould()
            .haveSimpleNameEndingWith("Utils")
            .orShould()
            .haveSimpleNameEndingWith("Impl")
            .orShould()
            .haveSimpleNameEndingWith("Processor")
            .orShould()
            .haveSimpleNameEndingWith("Service")
            .because("such a name fits everything");

    @ArchTest
    static final ArchRule packagesSayWhatTheyAreAbout = noClasses()
            .should()
            .resideInAnyPackage("..util..", "..common..", "..impl..", "..model..", "..service..")
            .because("such a package is a drawer for everything");

    @ArchTest
    static final ArchRule fieldsArePrivate = fields().that()
            .areDeclaredInClassesThat()
            .arePublic()
            .and()
            .areNotStatic()
            .should()
            .bePrivate()
            .because("a class alone changes what it holds");

    @ArchTest
    static final ArchRule nothingStaticChanges =
            fields().that().areStatic().should().beFinal().because("two bridges in one process must not meet");

    @ArchTest
    static final ArchRule nothingIsInjected = noFields()
            .should()
            .beAnnotatedWith("org.apache.camel.BeanInject")
            .orShould()
            .beAnnotatedWith("org.apache.camel.PropertyInject")
            .because("inputs are arguments");

    @ArchTest
    static final ArchRule nobodyPrintsButTheCommandLine = noClasses()
            .that()
            .resideOutsideOfPackage("dev.guestbridge.cli..")
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err")
            .because("stdout is for results, and only a command has some");

    @ArchTest
    static final ArchRule nobodyAsksForTheTimeBesideTheClock = noClasses()
            .that()
            .resideInAnyPackage("dev.guestbridge.dialect..", "dev.guestbridge.genesys..", "dev.guestbridge.webhook..")
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .because("the clock is an argument, and a test can set it");

    @ArchTest
    static final ArchRule classesAreFinal = classes()
            .that()
            .areNotInterfaces()
            .and()
            .areNotAnonymousClasses()
            .and()
            .doNotHaveModifier(JavaModifier.ABSTRACT)
            .and(not(annotationsOrEnums()))
            .should()
            .haveModifier(JavaModifier.FINAL)
            .because("nothing here is made to be inherited from");

    @ArchTest
    static final ArchRule nothingSleeps =
            noClasses().should().callMethod(Thread.class, "sleep", long.class).because("a wait holds no thread");

    private static DescribedPredicate<JavaClass> ours() {
        return resideInAPackage(OURS).as("ours");
    }

    private static DescribedPredicate<JavaClass> annotationsOrEnums() {
        return DescribedPredicate.describe("annotations or enums", type -> type.isEnum() || type.isAnnotation());
    }
}
