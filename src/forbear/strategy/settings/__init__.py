"""The figures of a playbook: parameters, trials, value assumptions."""
