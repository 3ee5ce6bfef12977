"""What each array of a training holds."""

from collections.abc import Mapping

COLUMNS: Mapping[str, str] = {
    "steps": "(R,) optimizer steps of the learning curve, ascending from 1",
    "curve_loss": "(R,) mean loss of the batch of that step, before its weights change; NaN from where a run diverged",
    "curve_accuracy": "(R,) share of right answers of the same; only where answers are classes",
    "curve_gradient": "(R,) norm of its gradient by all weights that are trained, before clipping",
    "curve_clipped": "(R,) the same after clipping",
    "evaluations": "(E,) steps after which the test loss was taken, ascending from 0",
    "evaluation_loss": "(E,) mean loss of the test draw; NaN from where a run diverged",
    "evaluation_accuracy": "(E,) share of right answers; only where answers are classes",
    "baseline": "() the loss that means: nothing learnt",
    "solved_below": "() the loss at which the task counts as solved",
    "solved_at": "() the first evaluated step with a loss at or below it; −1 if none",
    "status": "() 0 ok, 1 diverged",
    "diverged_at": "() the step that could not be taken: loss, gradient or new weights are not finite; −1 if none",
    "checkpoints": "(C,) steps after which was measured, ascending; those of a diverged run are of its last weights",
    "checkpoint_loss": "(C,) mean loss of the test draw there",
    "checkpoint_accuracy": "(C,) share of right answers there; only where answers are classes",
    "ln_state_gradient": "(C, T + 1) mean over the samples of ln‖∂L/∂h_t‖ in nats, t = 0 … T, of those that are not 0; "
    "L is the sample's own loss, the derivative the total one, the samples those of the test draw",
    "ln_state_gradient_rms": "(C, T + 1) ln of the root mean square over the samples of the norm",
    "state_gradient_zero": "(C, T + 1) share of samples in which it is 0",
    "ln_input_gradient": "(C, T) mean over the samples of ln‖∂L/∂x_t‖ in nats, t = 1 … T, of those that are not 0",
    "ln_input_gradient_rms": "(C, T) ln of the root mean square over the samples of the norm",
    "input_gradient_zero": "(C, T) share of samples in which it is 0",
    "ln_answer_gradient/<group>": "(C,) mean over the steps of a group and the samples of ln‖∂ŷ/∂x_t‖ in nats, over "
    "the content of x_t and all components of the last answers, of those not 0; NaN for a group without a step",
    "ln_answer_gradient_rms/<group>": "(C,) ln of the root mean square of the norm over the same steps and samples",
    "answer_gradient_zero/<group>": "(C,) share of steps and samples in which it is 0",
    "answer_gradient/<group>": "(C,) mean of ∂ŷ/∂x_t with its sign; only where it is one number",
    "ln_input_gradient/<group>": "(C,) mean over the steps of a group and the samples of ln‖∂L/∂x_t‖ in nats, of those "
    "not 0; L is the sample's own loss, x_t whole",
    "gate/<gate>/<group>": "(C,) mean of the gate after its function over units, steps of the group and samples",
    "path_share/<path>/<group>": "(C,) mean of s_p(t) over the steps of the group and the samples that count; "
    "only for cells with several uses",
    "path_share_counted/<group>": "(C,) share of steps and samples that count: not lost to cancellation",
    "ablated_loss_<gate>": "(C,) test loss with the gate held at its mean over steps and samples, unit by unit",
    "ablated_accuracy_<gate>": "(C,) share of right answers of the same; only where answers are classes",
    "<measure>/<array>": "(C, …) an array of an observed measure at every checkpoint; see the measure",
}
